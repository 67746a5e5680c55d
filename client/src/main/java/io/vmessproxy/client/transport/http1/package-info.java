/**
 * What the transports over HTTP/1.1 have in common: the head of a message, the upgrade and its
 * answer at the client's end, the gate at the server's. Start at {@link
 * io.vmessproxy.client.transport.http1.UpgradeHandshake}. Knows nothing of what comes behind the
 * heads.
 */
@NullMarked
package io.vmessproxy.client.transport.http1;

import org.jspecify.annotations.NullMarked;
