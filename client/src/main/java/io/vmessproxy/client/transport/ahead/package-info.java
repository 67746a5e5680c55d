/** Connections that are opened before anybody asks for them. */
@NullMarked
package io.vmessproxy.client.transport.ahead;

import org.jspecify.annotations.NullMarked;
