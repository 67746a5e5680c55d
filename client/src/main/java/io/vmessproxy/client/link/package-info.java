/**
 * Servers and inbounds as other programs write them down. Start at {@link
 * io.vmessproxy.client.link.VnextJson} and {@link io.vmessproxy.client.link.InboundJson}. Knows
 * nothing of flags.
 */
@NullMarked
package io.vmessproxy.client.link;

import org.jspecify.annotations.NullMarked;
