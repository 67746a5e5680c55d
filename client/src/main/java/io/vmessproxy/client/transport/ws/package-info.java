/** WebSocket. Both ends. */
@NullMarked
package io.vmessproxy.client.transport.ws;

import org.jspecify.annotations.NullMarked;
