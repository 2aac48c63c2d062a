package dev.openidclient.token

import dev.openidclient.json.ClaimReader
import dev.openidclient.json.JsonMembers
import kotlinx.serialization.json.JsonObject
import java.time.Instant

/**
 * Claims about a person ([OpenID Connect Core
 * §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)), in an ID Token or from UserInfo. Each
 * property is the claim of the same name in snake case.
 *
 * But for [subject] each is read in the spellings that servers have for it (true and false and numbers as text, times
 * in ISO 8601); what cannot be read is null, and in [json].
 */
public abstract class StandardClaims internal constructor(
    json: JsonObject,
    typeName: String,
) : JsonMembers(json, typeName) {
    internal val claim: ClaimReader = ClaimReader(this.json)

    /** `sub`: the person's identifier, unique at the issuer and never given to another. */
    public val subject: String get() = read.requiredText("sub")

    public val name: String? get() = claim.text("name")
    public val givenName: String? get() = claim.text("given_name")
    public val familyName: String? get() = claim.text("family_name")
    public val middleName: String? get() = claim.text("middle_name")
    public val nickname: String? get() = claim.text("nickname")
    public val preferredUsername: String? get() = claim.text("preferred_username")
    public val profile: String? get() = claim.text("profile")
    public val picture: String? get() = claim.text("picture")
    public val website: String? get() = claim.text("website")
    public val email: String? get() = claim.text("email")
    public val emailVerified: Boolean? get() = claim.boolean("email_verified")
    public val gender: String? get() = claim.text("gender")

    /** `YYYY-MM-DD`, `0000-MM-DD` or `YYYY` */
    public val birthdate: String? get() = claim.text("birthdate")

    /** A name of the time zone database, as `Europe/Paris`. */
    public val zoneinfo: String? get() = claim.text("zoneinfo")

    /** A BCP 47 language tag. */
    public val locale: String? get() = claim.text("locale")
    public val phoneNumber: String? get() = claim.text("phone_number")
    public val phoneNumberVerified: Boolean? get() = claim.boolean("phone_number_verified")

    /** `address`; where it came as plain text, that text is its [Address.formatted]. */
    public val address: Address? get() = claim.document("address", textMember = "formatted")?.let(::Address)

    /** `_claim_sources`, by name: where further claims are. Empty where there are none. */
    public val claimSources: Map<String, ClaimSource> get() = ClaimSource.of(json)

    /** `updated_at`: when what is said of the person last changed. */
    public val updatedAt: Instant? get() = claim.instant("updated_at")
}

/**
 * A postal address ([OpenID Connect Core §5.1.1](https://openid.net/specs/openid-connect-core-1_0.html#AddressClaim)).
 */
public class Address(
    json: JsonObject,
) : JsonMembers(json, "Address") {
    private val claim = ClaimReader(this.json)

    /** The whole address, for a letter; lines may be separated by line breaks. */
    public val formatted: String? get() = claim.text("formatted")
    public val streetAddress: String? get() = claim.text("street_address")
    public val locality: String? get() = claim.text("locality")
    public val region: String? get() = claim.text("region")
    public val postalCode: String? get() = claim.text("postal_code")
    public val country: String? get() = claim.text("country")
}
