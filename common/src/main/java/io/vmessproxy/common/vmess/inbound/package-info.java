/**
 * The server's end of VMess, from who may use it to the way out. Start at {@link
 * io.vmessproxy.common.vmess.inbound.VmessServer}; what becomes of a connection is in {@code
 * VmessServerHandshake}, then {@code ServerStreams}. Knows nothing of settings.
 */
@NullMarked
package io.vmessproxy.common.vmess.inbound;

import org.jspecify.annotations.NullMarked;
