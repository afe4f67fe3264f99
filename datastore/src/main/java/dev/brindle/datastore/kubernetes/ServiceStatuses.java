// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.Ingress;
import dev.brindle.api.resource.Metadata;
import dev.brindle.datastore.KubernetesServices;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Answer;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import dev.brindle.datastore.kubernetes.layout.ServiceStatusObjects;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Kubernetes' Services, as far as others than their owners write them.
final class ServiceStatuses implements KubernetesServices {

  private static final int LONGEST_NAME = 200;

  private final KubernetesCalls calls;

  ServiceStatuses(KubernetesCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean offer(KubernetesService service, List<Ingress> ways) {
    ObjectName name = name(service.metadata());
    ApiResource services = ApiResource.SERVICES;
    Call reading = new Call("get", services, "read service " + name, services.path(name));
    Optional<ObjectNode> found = calls.get(reading);
    String expected = service.metadata().resourceVersion();
    boolean isAsRead =
        found
            .filter(it -> it.path("metadata").path("resourceVersion").asText("").equals(expected))
            .isPresent();
    if (!isAsRead) {
      return false;
    }
    ApiResource part =
        new ApiResource(services.group(), services.version(), services.plural() + "/status", true);
    Call writing =
        new Call(
            "patch", part, "set the addresses of service " + name, services.path(name) + "/status");
    return calls.merge(writing, ServiceStatusObjects.patch(found.get(), ways)).isSuccess();
  }

  @Override
  public void warn(KubernetesService service, Remark remark, Instant now) {
    ObjectName name = name(service.metadata());
    ApiResource events = ApiResource.EVENTS;
    String own = name.name().substring(0, Math.min(name.name().length(), LONGEST_NAME));
    Call call =
        new Call(
            "create", events, "make an event of service " + name, events.path(name.namespace()));
    ObjectNode event =
        ServiceStatusObjects.event(service, remark, own + "." + UUID.randomUUID(), now);
    Answer answer = calls.post(call, event);
    boolean isOfNobody = answer.code() == KubernetesFault.NOT_FOUND; // its namespace is gone
    if (!answer.isSuccess() && !isOfNobody) {
      throw calls.fault(call, answer.body().path("message").asText(), null);
    }
  }

  private static ObjectName name(Metadata service) {
    return new ObjectName(service.namespace(), service.name());
  }
}
