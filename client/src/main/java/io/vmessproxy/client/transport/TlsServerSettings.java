package io.vmessproxy.client.transport;

import java.nio.file.Path;

/**
 * The server's end of TLS.
 *
 * @param certificate a PEM file: the server's certificate, then those that lead to the root
 * @param key a PEM file: its private key (PKCS #8, PKCS #1 or SEC 1), without a password
 */
public record TlsServerSettings(Path certificate, Path key) {}
