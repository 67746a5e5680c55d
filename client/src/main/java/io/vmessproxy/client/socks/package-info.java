/**
 * The SOCKS front ends: {@link io.vmessproxy.client.socks.Socks5Handshake} (RFC 1928, 1929) and
 * {@link io.vmessproxy.client.socks.Socks4Handshake} (4 and 4a). Each turns an application's
 * request into a session and leaves. Knows nothing of servers.
 */
@NullMarked
package io.vmessproxy.client.socks;

import org.jspecify.annotations.NullMarked;
