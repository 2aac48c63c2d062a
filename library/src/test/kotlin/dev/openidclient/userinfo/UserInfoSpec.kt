package dev.openidclient.userinfo

import dev.openidclient.testing.jsonObject
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe

class UserInfoSpec :
    FunSpec({
        val user = UserInfo(jsonObject("""{"sub":"248289761001","email":"jane@example.com"}"""))

        test("shows the names of its claims and nothing of the person") {
            user.toString() shouldBe "UserInfo(sub=██, email=██)"
        }

        test("equals another one with the same claims") {
            user shouldBe UserInfo(user.json)
            user shouldNotBe UserInfo(jsonObject("""{"sub":"248289761001"}"""))
        }
    })
