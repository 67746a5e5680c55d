/** HTTP/2: one request and its answer for each stream. Both ends. */
@NullMarked
package io.vmessproxy.client.transport.h2;

import org.jspecify.annotations.NullMarked;
