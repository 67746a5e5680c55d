/**
 * Primitives: ciphers with a tag, hashes, checksums and random bytes, all on heap arrays. Start at
 * {@link io.vmessproxy.common.crypto.Aead}. Knows nothing of the protocol that uses them, and is
 * the one place that names Bouncy Castle or {@code javax.crypto}.
 */
@NullMarked
package io.vmessproxy.common.crypto;

import org.jspecify.annotations.NullMarked;
