/**
 * The words of VMess: commands, securities, options, the two headers and the keys of a session.
 * Values only; the codecs are in {@code header} and {@code body}, the handlers that use them in
 * {@code outbound} and {@code inbound}.
 */
@NullMarked
package io.vmessproxy.common.vmess;

import org.jspecify.annotations.NullMarked;
