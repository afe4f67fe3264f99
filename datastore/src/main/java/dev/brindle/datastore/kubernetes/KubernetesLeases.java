// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.datastore.Lease;
import dev.brindle.datastore.Leases;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Answer;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.LeaseObjects;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import java.util.Optional;

/// Leases as Kubernetes' own objects of that name.
final class KubernetesLeases implements Leases {

  private final KubernetesCalls calls;
  private final String namespace;

  KubernetesLeases(KubernetesCalls calls, String namespace) {
    this.calls = calls;
    this.namespace = namespace;
  }

  private ObjectName name(String name) {
    return new ObjectName(namespace, name);
  }

  private Call one(String verb, String words, String name) {
    ApiResource leases = ApiResource.LEASES;
    return new Call(
        verb, leases, "%s lease %s".formatted(words, name(name)), leases.path(name(name)));
  }

  @Override
  public Optional<Lease> find(String name) {
    return calls.get(one("get", "read", name)).map(LeaseObjects::read);
  }

  @Override
  public Optional<Lease> write(Lease lease) {
    return lease.revision().isEmpty() ? create(lease) : replace(lease);
  }

  private Optional<Lease> create(Lease lease) {
    ApiResource leases = ApiResource.LEASES;
    String words = "create lease " + name(lease.name());
    Call call = new Call("create", leases, words, leases.path(namespace));
    Answer answer = calls.post(call, LeaseObjects.write(name(lease.name()), lease));
    if (answer.code() == KubernetesFault.NOT_FOUND) { // the namespace
      throw calls.fault(call, answer.body().path("message").asText(), null);
    }
    return written(answer);
  }

  /// A merge, so that what else others have noted on it stays.
  private Optional<Lease> replace(Lease lease) {
    ObjectNode patch = LeaseObjects.write(name(lease.name()), lease);
    return written(calls.merge(one("patch", "write", lease.name()), patch));
  }

  private static Optional<Lease> written(Answer answer) {
    return answer.isSuccess()
        ? Optional.of(answer.object()).map(LeaseObjects::read)
        : Optional.empty();
  }
}
