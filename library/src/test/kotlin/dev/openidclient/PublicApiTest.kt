package dev.openidclient

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests("openid-client", "./mvnw -pl library test -Dtest=PublicApiTest -Dapi.update=true")
    })
