// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.api.resource.Resource;
import dev.brindle.datastore.StatusReports;
import dev.brindle.datastore.etcd.layout.StatusKeys;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.PutOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// What nodes say of themselves, in etcd. A lease of its own for each time that an agent says it
/// lives, as Calico has it: so nothing has to be kept alive between two of them.
final class EtcdStatus implements StatusReports {

  private final EtcdCalls calls;

  EtcdStatus(EtcdCalls calls) {
    this.calls = calls;
  }

  @Override
  public void say(Reporter who, Life life, Duration validity) {
    String what = "say that %s lives".formatted(who.node());
    String json = StatusKeys.json(life);
    long lease = calls.lease(what, Math.max(1, validity.toSeconds()));
    Op last = put(StatusKeys.last(who), json, PutOption.DEFAULT);
    Op valid = put(StatusKeys.valid(who), json, PutOption.builder().withLeaseId(lease).build());
    calls.transaction(what, steps -> steps.Then(last, valid));
  }

  @Override
  public void say(Reporter who, Map<Resource, State> endpoints) {
    String what = "say how endpoints of %s are".formatted(who.node());
    Map<String, String> wanted = new HashMap<>();
    endpoints.forEach(
        (endpoint, state) ->
            wanted.put(StatusKeys.endpoint(who, endpoint), StatusKeys.json(state)));
    for (KeyValue there : calls.list(what, StatusKeys.endpoints(who)).values()) {
      String path = EtcdCalls.text(there.getKey());
      String json = wanted.get(path);
      if (json == null) {
        Op delete = Op.delete(there.getKey(), DeleteOption.DEFAULT);
        calls.transaction(what, steps -> steps.Then(delete));
      } else if (json.equals(EtcdCalls.text(there.getValue()))) {
        wanted.remove(path);
      }
    }
    wanted.forEach(
        (path, json) -> {
          Op put = put(path, json, PutOption.DEFAULT);
          calls.transaction(what, steps -> steps.Then(put));
        });
  }

  private static Op put(String path, String json, PutOption option) {
    return Op.put(EtcdCalls.bytes(path), EtcdCalls.bytes(json), option);
  }
}
