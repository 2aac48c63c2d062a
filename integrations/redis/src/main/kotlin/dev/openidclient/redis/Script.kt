package dev.openidclient.redis

import java.security.MessageDigest
import java.util.Locale.ROOT

/** A program that Redis runs as one step, at one key; it is known there by [sha]. */
internal class Script(
    val text: String,
) {
    /** As `EVALSHA` takes it: no secret, and nothing that has to resist anybody. */
    val sha: String =
        MessageDigest.getInstance("SHA-1").digest(text.toByteArray()).joinToString("") { "%02x".format(ROOT, it) }
}

/**
 * An entry is a hash: `v` its version, `d` its value, and where it is leased `o` the owner, `u` the end of the lease in
 * milliseconds since 1970 by the clock of Redis, `a` that it was another's which ran out: also where Lettuce, after a lost
 * connection, asks for the lease once more. Numbers of that size are written as texts: Lua gives them an exponent.
 */
internal object Scripts {
    /** `v` and `d`, or nothing. */
    val LOAD =
        Script(
            """
            local e = redis.call('HMGET', KEYS[1], 'v', 'd')
            if not e[1] then return {} end
            return e
            """.trimIndent(),
        )

    /** The version of what is new is the time in microseconds: above each that the id ever had, removed or not. */
    val PUT =
        Script(
            """
            if redis.call('EXISTS', KEYS[1]) == 1 then
              redis.call('HINCRBY', KEYS[1], 'v', 1)
              redis.call('HDEL', KEYS[1], 'o', 'u', 'a')
            else
              local t = redis.call('TIME')
              redis.call('HSET', KEYS[1], 'v', string.format('%.0f', t[1] * 1000000 + t[2]))
            end
            redis.call('HSET', KEYS[1], 'd', ARGV[1])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return 1
            """.trimIndent(),
        )

    const val GONE: Long = 0
    const val CHANGED: Long = 1
    const val HELD: Long = 2
    const val ACQUIRED: Long = 3
    const val ABANDONED: Long = 4

    /** One of the five above, and the milliseconds for which it is held. */
    val LEASE =
        Script(
            """
            local e = redis.call('HMGET', KEYS[1], 'v', 'o', 'u', 'a')
            if not e[1] then return {$GONE, 0} end
            if e[1] ~= ARGV[1] then return {$CHANGED, 0} end
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local other = e[2] and e[2] ~= ARGV[2]
            if other and tonumber(e[3]) > now then return {$HELD, tonumber(e[3]) - now} end
            redis.call('HSET', KEYS[1], 'o', ARGV[2], 'u', string.format('%.0f', now + ARGV[3]))
            if other then redis.call('HSET', KEYS[1], 'a', '1') end
            if other or e[4] then return {$ABANDONED, 0} end
            return {$ACQUIRED, 0}
            """.trimIndent(),
        )

    /** 1, or 0 where the lease is not the owner's. */
    val RENEW =
        Script(
            """
            local e = redis.call('HMGET', KEYS[1], 'v', 'o')
            if e[1] ~= ARGV[1] or e[2] ~= ARGV[2] then return 0 end
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            redis.call('HSET', KEYS[1], 'u', string.format('%.0f', now + ARGV[3]))
            return 1
            """.trimIndent(),
        )

    /** 1, or 0 where the version is another one; that of nothing is 0. */
    val COMMIT =
        Script(
            """
            local v = redis.call('HGET', KEYS[1], 'v') or '0'
            if v ~= ARGV[1] then return 0 end
            if ARGV[3] == '0' then
              redis.call('DEL', KEYS[1])
              return 1
            end
            if v == '0' then
              local t = redis.call('TIME')
              redis.call('HSET', KEYS[1], 'v', string.format('%.0f', t[1] * 1000000 + t[2]))
            else
              redis.call('HINCRBY', KEYS[1], 'v', 1)
              redis.call('HDEL', KEYS[1], 'o', 'u', 'a')
            end
            redis.call('HSET', KEYS[1], 'd', ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return 1
            """.trimIndent(),
        )

    /** 1, or 0 where the lease is not the owner's. */
    val RELEASE =
        Script(
            """
            local e = redis.call('HMGET', KEYS[1], 'v', 'o')
            if e[1] ~= ARGV[1] or e[2] ~= ARGV[2] then return 0 end
            redis.call('HDEL', KEYS[1], 'o', 'u', 'a')
            return 1
            """.trimIndent(),
        )

    /** The number of entries that are gone. */
    val REMOVE = Script("return redis.call('DEL', KEYS[1])")

    /** `d`, or nothing. */
    val TAKE =
        Script(
            """
            local d = redis.call('HGET', KEYS[1], 'd')
            if not d then return {} end
            redis.call('DEL', KEYS[1])
            return {d}
            """.trimIndent(),
        )

    /** 1, or 0 where somebody else has it: not who sends it once more, as Lettuce does after a lost connection. */
    val REGISTER =
        Script(
            """
            if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
            if redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
            return 0
            """.trimIndent(),
        )
}
