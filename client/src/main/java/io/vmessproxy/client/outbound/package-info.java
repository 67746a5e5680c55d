/**
 * Ways out of the program. Start at {@link io.vmessproxy.client.outbound.Outbound}. Knows servers
 * and transports, and nothing of who asked.
 */
@NullMarked
package io.vmessproxy.client.outbound;

import org.jspecify.annotations.NullMarked;
