package dev.openidclient.token

import dev.openidclient.json.JsonMembers
import kotlinx.serialization.json.JsonObject
import java.time.Instant

/**
 * Claims about a person ([OpenID Connect Core
 * §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)), in an ID Token or from UserInfo. Each
 * property is the claim of the same name in snake case.
 */
public abstract class StandardClaims internal constructor(
    json: JsonObject,
) : JsonMembers(json) {
    /** `sub`: the person's identifier, unique at the issuer and never given to another. */
    public val subject: String get() = read.requiredText("sub")

    public val name: String? get() = read.optionalString("name")
    public val givenName: String? get() = read.optionalString("given_name")
    public val familyName: String? get() = read.optionalString("family_name")
    public val middleName: String? get() = read.optionalString("middle_name")
    public val nickname: String? get() = read.optionalString("nickname")
    public val preferredUsername: String? get() = read.optionalString("preferred_username")
    public val profile: String? get() = read.optionalString("profile")
    public val picture: String? get() = read.optionalString("picture")
    public val website: String? get() = read.optionalString("website")
    public val email: String? get() = read.optionalString("email")
    public val emailVerified: Boolean? get() = read.optionalBoolean("email_verified")
    public val gender: String? get() = read.optionalString("gender")

    /** `YYYY-MM-DD`, `0000-MM-DD` or `YYYY` */
    public val birthdate: String? get() = read.optionalString("birthdate")

    /** A name of the time zone database, as `Europe/Paris`. */
    public val zoneinfo: String? get() = read.optionalString("zoneinfo")

    /** A BCP 47 language tag. */
    public val locale: String? get() = read.optionalString("locale")
    public val phoneNumber: String? get() = read.optionalString("phone_number")
    public val phoneNumberVerified: Boolean? get() = read.optionalBoolean("phone_number_verified")
    public val address: Address? get() = read.optionalObject("address")?.let(::Address)
    public val updatedAt: Instant? get() = read.optionalInstant("updated_at")
}

/**
 * A postal address ([OpenID Connect Core §5.1.1](https://openid.net/specs/openid-connect-core-1_0.html#AddressClaim)).
 */
public class Address(
    json: JsonObject,
) : JsonMembers(json) {
    /** The whole address, for a letter; lines may be separated by line breaks. */
    public val formatted: String? get() = read.optionalString("formatted")
    public val streetAddress: String? get() = read.optionalString("street_address")
    public val locality: String? get() = read.optionalString("locality")
    public val region: String? get() = read.optionalString("region")
    public val postalCode: String? get() = read.optionalString("postal_code")
    public val country: String? get() = read.optionalString("country")
}
