/**
 * Servers and inbounds as other programs write them down. Start at {@link
 * io.vmessproxy.client.link.Links}, {@link io.vmessproxy.client.link.Subscription}, {@link
 * io.vmessproxy.client.link.VnextJson} and {@link io.vmessproxy.client.link.InboundJson}. A reader
 * of any dialect makes a {@link io.vmessproxy.client.link.RawNode}, which one set of rules turns
 * into a {@link io.vmessproxy.client.link.Node}. Knows nothing of flags.
 */
@NullMarked
package io.vmessproxy.client.link;

import org.jspecify.annotations.NullMarked;
