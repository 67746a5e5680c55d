/** gRPC: one call for each stream, of a connection that they share. Both ends. */
@NullMarked
package io.vmessproxy.client.transport.grpc;

import org.jspecify.annotations.NullMarked;
