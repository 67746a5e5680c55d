/** TCP with the head of an HTTP message before each direction. Both ends. */
@NullMarked
package io.vmessproxy.client.transport.httpheader;

import org.jspecify.annotations.NullMarked;
