package dev.openidclient.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the tokens of the clients are kept for all instances, sealed. */
public class StoreProperties {
    /** What keeps the tokens. Default: Redis or the database, whichever is there, once there is a key. */
    private @Nullable Type type;

    /** The keys that seal what is kept, by ids of your own: 32 random bytes in base64 each, the same in all instances. */
    private Map<String, String> keys = new LinkedHashMap<>();

    /** The id of the key that seals; the others open what they have sealed. Needed where there are several. */
    private @Nullable String activeKey;

    /** Tells the entries of this application from those of others in the same store. */
    private String namespace = "";

    /** The table of the tokens, where a database keeps them. */
    private String table = "openid_token";

    /** The table of the proofs that came, where a database remembers them. */
    private String replayTable = "openid_replay";

    public @Nullable Type getType() {
        return type;
    }

    public void setType(@Nullable Type type) {
        this.type = type;
    }

    public Map<String, String> getKeys() {
        return keys;
    }

    public void setKeys(Map<String, String> keys) {
        this.keys = keys;
    }

    public @Nullable String getActiveKey() {
        return activeKey;
    }

    public void setActiveKey(@Nullable String activeKey) {
        this.activeKey = activeKey;
    }

    public String getNamespace() {
        return namespace;
    }

    public void setNamespace(String namespace) {
        this.namespace = namespace;
    }

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public String getReplayTable() {
        return replayTable;
    }

    public void setReplayTable(String replayTable) {
        this.replayTable = replayTable;
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "StoreProperties(" + type + ", " + keys.keySet() + ")";
    }

    /** What keeps tokens for all instances of the application. */
    public enum Type {
        /** The Redis of {@code spring.data.redis}, with {@code openid-client-redis}. */
        REDIS,
        /** The application's {@code DataSource}, with {@code openid-client-jdbc}. */
        JDBC,
        /** Nothing: each instance has tokens of its own, in memory. */
        NONE
    }
}
