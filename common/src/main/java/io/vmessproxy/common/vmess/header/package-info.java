/**
 * The two headers, as bytes and back. Start at {@link io.vmessproxy.common.vmess.header.AeadSeal}
 * for requests and {@link io.vmessproxy.common.vmess.header.ResponseHeaderCodec} for responses.
 * Functions only: time and randomness are parameters, and who the users are is the caller's affair.
 */
@NullMarked
package io.vmessproxy.common.vmess.header;

import org.jspecify.annotations.NullMarked;
