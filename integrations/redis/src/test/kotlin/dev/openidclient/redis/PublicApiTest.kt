package dev.openidclient.redis

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests(
            "openid-client-redis",
            "./mvnw -pl integrations/redis -am test -Dtest=PublicApiTest -Dapi.update=true " +
                "-Dsurefire.failIfNoSpecifiedTests=false",
        )
    })
