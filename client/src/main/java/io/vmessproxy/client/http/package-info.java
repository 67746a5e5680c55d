/**
 * The HTTP front end. Start at {@link io.vmessproxy.client.http.HttpProxyHandshake}, the head of
 * it: CONNECT becomes a tunnel, any other request a {@code PlainExchange} with a stream of its own.
 * Bodies are never collected. Knows nothing of servers.
 */
@NullMarked
package io.vmessproxy.client.http;

import org.jspecify.annotations.NullMarked;
