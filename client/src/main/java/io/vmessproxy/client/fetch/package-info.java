/**
 * A small HTTP client for what the program itself fetches: subscriptions, and the URL of a check.
 * Start at {@link io.vmessproxy.client.fetch.HttpGet}. Knows nothing of where its streams come
 * from.
 */
@NullMarked
package io.vmessproxy.client.fetch;

import org.jspecify.annotations.NullMarked;
