package dev.openidclient.samples.docs

import net.sourceforge.plantuml.FileFormat
import net.sourceforge.plantuml.FileFormatOption
import net.sourceforge.plantuml.SourceStringReader
import java.io.ByteArrayOutputStream
import java.nio.file.Path
import kotlin.io.path.readText

/** Draws the pictures of the pages from their sources in PlantUML. */
internal object Pictures {
    private const val STYLE = "style.iuml"

    /** A colour of `style.iuml`, and what it is where the reader's system is dark. */
    private val DARK =
        mapOf(
            "#FFFFFF" to "#0D1117",
            "#1F2328" to "#E6EDF3",
            "#57606A" to "#9198A1",
            "#8C959F" to "#656C76",
            "#DDF4FF" to "#121D2F",
            "#0969DA" to "#4493F8",
            "#FFF8C5" to "#272115",
            "#9A6700" to "#D29922",
        )
    private val PLACE = Regex("""\b(x|y|x1|x2|y1|y2|cx|cy|rx|ry|width|height|points|d|viewBox|textLength)="[^"]*"""")
    private val SIZE = Regex("""(width|height):[\d.]+px;""")

    /** The picture as SVG, with colours for light and dark. */
    fun draw(source: Path): String {
        System.setProperty("java.awt.headless", "true") // a picture needs no screen
        val text = source.readText().replace("!include $STYLE", source.resolveSibling(STYLE).readText())
        val drawn = ByteArrayOutputStream()
        SourceStringReader(text).outputImage(drawn, FileFormatOption(FileFormat.SVG, false))
        return drawn
            .toString(Charsets.UTF_8)
            .replace(Regex("""<\?.*?\?>"""), "")
            .replaceFirst(">", ">" + dark())
            .replace("><", ">\n<")
            .trim() + "\n"
    }

    /** Without places and sizes, which differ with the fonts of the machine. */
    fun said(svg: String): String = svg.replace(PLACE, "").replace(SIZE, "")

    private fun dark(): String {
        val rules =
            DARK.entries.joinToString("\n") { (light, dark) ->
                "[fill=\"$light\"]{fill:$dark} [style*=\"stroke:$light\"]{stroke:$dark!important}"
            }
        return "<style>@media (prefers-color-scheme:dark){\n" +
            "svg{background:${DARK.getValue("#FFFFFF")}!important}\n$rules\n}</style>"
    }
}
