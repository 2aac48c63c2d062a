package dev.openidclient.opentelemetry

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests(
            "openid-client-opentelemetry",
            "./mvnw -pl integrations/opentelemetry -am test -Dtest=PublicApiTest -Dapi.update=true " +
                "-Dsurefire.failIfNoSpecifiedTests=false",
        )
    })
