/**
 * Joins two channels into one connection: {@link io.vmessproxy.common.relay.Relay}. Bytes go
 * through unseen; what is kept here is back-pressure, half-close, resets and idle limits.
 */
@NullMarked
package io.vmessproxy.common.relay;

import org.jspecify.annotations.NullMarked;
