/**
 * How bytes get to a server: one folder a transport. Start at {@link
 * io.vmessproxy.client.transport.OutboundTransport}. Knows nothing of VMess.
 */
@NullMarked
package io.vmessproxy.client.transport;

import org.jspecify.annotations.NullMarked;
