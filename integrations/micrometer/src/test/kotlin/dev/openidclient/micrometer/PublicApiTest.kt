package dev.openidclient.micrometer

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests(
            "openid-client-micrometer",
            "./mvnw -pl integrations/micrometer -am test -Dtest=PublicApiTest -Dapi.update=true " +
                "-Dsurefire.failIfNoSpecifiedTests=false",
        )
    })
