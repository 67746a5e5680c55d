package io.vmessproxy.client.selection;

import io.vmessproxy.common.vmess.account.Account;

/** What one stream uses: a server and one of its users. */
public record Endpoint(Server server, Account user) {}
