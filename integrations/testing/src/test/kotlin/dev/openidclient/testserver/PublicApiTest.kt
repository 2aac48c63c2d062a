package dev.openidclient.testserver

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests(
            "openid-client-testing",
            "./mvnw -pl integrations/testing -am test -Dtest=PublicApiTest -Dapi.update=true -Dsurefire.failIfNoSpecifiedTests=false",
        )
    })
