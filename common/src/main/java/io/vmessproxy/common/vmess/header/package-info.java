/**
 * The two headers in their two forms, as bytes and back. Start at {@link
 * io.vmessproxy.common.vmess.header.RequestSealer} for requests and {@link
 * io.vmessproxy.common.vmess.header.ResponseHeaderCodec} for responses. Time and randomness are
 * parameters, and who the users are is the caller's affair.
 */
@NullMarked
package io.vmessproxy.common.vmess.header;

import org.jspecify.annotations.NullMarked;
