/**
 * Streams of bytes as requests and answers of shared HTTP/2 connections: what the transports {@code
 * h2} and {@code grpc} have in common. Start at {@link
 * io.vmessproxy.client.transport.http2.Http2Pool} for the client's end and {@link
 * io.vmessproxy.client.transport.http2.Http2Acceptor} for the server's; what differs between the
 * transports is a {@link io.vmessproxy.client.transport.http2.Http2Request} and a {@link
 * io.vmessproxy.client.transport.http2.Http2Gate}. Knows no path and no message form.
 */
@NullMarked
package io.vmessproxy.client.transport.http2;

import org.jspecify.annotations.NullMarked;
