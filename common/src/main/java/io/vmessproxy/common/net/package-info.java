/**
 * What a stream is made of: where it goes ({@link io.vmessproxy.common.net.Destination}) and how
 * one of its directions ends ({@link io.vmessproxy.common.net.EndOfStream}); and how a plain TCP
 * connection to a name or an address is opened. Knows no protocol.
 */
@NullMarked
package io.vmessproxy.common.net;

import org.jspecify.annotations.NullMarked;
