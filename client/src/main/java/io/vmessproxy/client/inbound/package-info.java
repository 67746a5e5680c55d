/**
 * Local ports. Start at {@link io.vmessproxy.client.inbound.LocalListener}, which accepts; {@link
 * io.vmessproxy.client.inbound.ProtocolDetector} then hands each connection to the front end of its
 * first byte. Knows no protocol beyond that byte.
 */
@NullMarked
package io.vmessproxy.client.inbound;

import org.jspecify.annotations.NullMarked;
