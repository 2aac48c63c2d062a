package dev.openidclient.okhttp

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests(
            "openid-client-okhttp",
            "./mvnw -pl integrations/okhttp -am test -Dtest=PublicApiTest -Dapi.update=true -Dsurefire.failIfNoSpecifiedTests=false",
        )
    })
