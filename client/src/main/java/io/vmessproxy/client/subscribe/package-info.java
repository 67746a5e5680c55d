/**
 * Subscriptions: fetched, kept on disk, refreshed. Start at {@link
 * io.vmessproxy.client.subscribe.Subscriptions}. What is in them, {@code link} reads; a URL is a
 * secret, so only its host is ever shown.
 */
@NullMarked
package io.vmessproxy.client.subscribe;

import org.jspecify.annotations.NullMarked;
