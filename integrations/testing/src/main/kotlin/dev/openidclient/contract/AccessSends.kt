package dev.openidclient.contract

import dev.openidclient.contract.AccessWorld.Companion.equal
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withTimeout

private const val SEVERAL = 20
private const val THREE = 3
private const val NONCE_WANTED = "DPoP error=\"use_dpop_nonce\""

/** How often a request is sent. */
internal fun sentAgain(): List<AccessCase> =
    listOf(
        AccessCase("a request is sent three times at the most", { request ->
            if (request.number == 2) {
                refuse("DPoP error=\"invalid_token\"")
            } else {
                refuse(NONCE_WANTED, "DPoP-Nonce: n${request.number}")
            }
        }, isBound = true) {
            equal(401, get().status)
            equal(listOf(null, "n1", "n1"), arrived.map { it.claim("nonce") })
            equal(2, arrived.map { it.token }.toSet().size)
        },
        AccessCase("the same where the token is refused first", { request ->
            if (request.number == 1) {
                refuse("DPoP error=\"invalid_token\"")
            } else {
                refuse(NONCE_WANTED, "DPoP-Nonce: n${request.number}")
            }
        }, isBound = true) {
            equal(401, get().status)
            equal(listOf(null, null, "n2"), arrived.map { it.claim("nonce") })
        },
        AccessCase("the nonce of an answer of success is in the next proof", { request ->
            respond("200 OK", "", "DPoP-Nonce: n${request.number}")
        }, isBound = true) {
            repeat(THREE) { get() }
            equal(listOf(null, "n1", "n2"), arrived.map { it.claim("nonce") })
        },
        AccessCase("a token that is refused to $SEVERAL requests at once is renewed once", { request ->
            request.world.firstToken.compareAndSet(null, request.token)
            if (request.token == request.world.firstToken.get()) refuse() else respond()
        }) {
            val calls = List(SEVERAL) { caller.send(CallerRequest("GET", "$API/$it")) { answer -> answer.status } }
            equal(List(SEVERAL) { 200 }, calls.map { it.await() })
            equal(2, tokenRequests)
        },
        AccessCase("an answer that is discarded is not read to its end", { request ->
            if (request.number == 1) refuseWithoutEnd() else respond()
        }) {
            equal(200, withTimeout(AT_ONCE) { get() }.status)
        },
    )

/** Bodies of any size. */
internal fun bodies(): List<AccessCase> =
    listOf(
        AccessCase("a body that can be repeated is sent again, whole", { request ->
            if (request.number == 1) refuse() else respond()
        }) {
            equal(200, send(CallerRequest("POST", "$API/orders", body = LARGE_BODY)).status)
            equal(listOf(true, true), arrived.map { it.raw.body.contentEquals(LARGE_BODY) })
        },
        AccessCase("the 401 to a body of one use is delivered, and the next call has another token", { request ->
            if (request.number == 1) refuse() else respond()
        }, isFor = { it.hasBodiesOfOneUse }) {
            equal(401, send(CallerRequest("POST", "$API/orders", body = LARGE_BODY, isBodyOfOneUse = true)).status)
            equal(1, arrived.size)
            equal(200, send(CallerRequest("POST", "$API/orders", body = LARGE_BODY, isBodyOfOneUse = true)).status)
            equal(listOf(true, true), arrived.map { it.raw.body.contentEquals(LARGE_BODY) })
            equal(2, arrived.map { it.token }.toSet().size)
        },
        AccessCase("a large answer is delivered while it arrives", { respondSlowly(it) }) {
            val size =
                caller.send(CallerRequest("GET", "$API/orders")) { answer ->
                    if (answer.body.read() >= 0) over.complete(Unit)
                    1 + answer.body.readAllBytes().size
                }
            equal(LARGE_BODY.size, size.await())
        },
    )

/** Who does not wait any longer. */
internal fun cancelled(): List<AccessCase> =
    listOf(
        AccessCase("who is cancelled while the answer is awaited ends the request", { request ->
            request.world.begun.complete(Unit)
            try {
                awaitEnd()
            } finally {
                // some clients reset the connection
                request.world.over.complete(Unit)
            }
        }, isFor = { it.canCancel }) {
            cancelWhenBegun()
        },
        AccessCase("who is cancelled while the token is awaited sends nothing", source = { world ->
            GivenTokens { world.hang() }
        }, isFor = { it.canCancel }) {
            cancelWhenBegun()
            equal(0, arrived.size)
        },
        AccessCase("who is cancelled between two sends does not send again", { refuse() }, source = { world ->
            GivenTokens { if (world.arrived.isEmpty()) world.server.tokens("alice", "app") else world.hang() }
        }, isFor = { it.canCancel }) {
            cancelWhenBegun()
            equal(1, arrived.size)
        },
    )

private suspend fun AccessWorld.cancelWhenBegun() {
    val call = caller.send(CallerRequest("GET", "$API/orders")) { it.status }
    withTimeout(AT_ONCE) { begun.await() }
    call.cancel(true)
    withTimeout(AT_ONCE) { over.await() }
}

private suspend fun AccessWorld.hang(): Nothing {
    begun.complete(Unit)
    try {
        awaitCancellation()
    } finally {
        over.complete(Unit)
    }
}
