/** openid-client in Spring Boot: {@link dev.openidclient.spring.OpenIdClients}, made of the properties {@code openid-client}. */
@NullMarked
package dev.openidclient.spring;

import org.jspecify.annotations.NullMarked;
