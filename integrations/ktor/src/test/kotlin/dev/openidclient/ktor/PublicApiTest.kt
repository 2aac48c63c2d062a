package dev.openidclient.ktor

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests(
            "openid-client-ktor",
            "./mvnw -pl integrations/ktor -am test -Dtest=PublicApiTest -Dapi.update=true -Dsurefire.failIfNoSpecifiedTests=false",
        )
    })
