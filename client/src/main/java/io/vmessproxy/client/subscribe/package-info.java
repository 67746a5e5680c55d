/** Subscriptions: fetched, kept on disk, refreshed. What is in them, {@code link} reads. */
@NullMarked
package io.vmessproxy.client.subscribe;

import org.jspecify.annotations.NullMarked;
