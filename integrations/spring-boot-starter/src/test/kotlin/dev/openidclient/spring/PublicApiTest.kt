package dev.openidclient.spring

import dev.openidclient.testing.publicApiTests
import io.kotest.core.spec.style.FunSpec

class PublicApiTest :
    FunSpec({
        publicApiTests(
            "openid-client-spring-boot-starter",
            "./mvnw -pl integrations/spring-boot-starter -am test -Dtest=PublicApiTest -Dapi.update=true " +
                "-Dsurefire.failIfNoSpecifiedTests=false",
            isModule = false, // as those of Spring Boot
        )
    })
