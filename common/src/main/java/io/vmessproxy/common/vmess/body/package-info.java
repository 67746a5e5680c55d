/**
 * The VMess body: a stream cut into sealed chunks, or raw bytes. Start at {@link
 * io.vmessproxy.common.vmess.body.BodyPipeline}, which turns a request header into the encoder and
 * decoder for one direction. Knows nothing of headers beyond their fields, and nothing of who reads
 * the plaintext.
 */
@NullMarked
package io.vmessproxy.common.vmess.body;

import org.jspecify.annotations.NullMarked;
