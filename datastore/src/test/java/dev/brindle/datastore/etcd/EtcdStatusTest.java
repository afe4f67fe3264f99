// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.StatusReports;
import dev.brindle.datastore.StatusReports.Life;
import dev.brindle.datastore.StatusReports.Reporter;
import dev.brindle.datastore.StatusReports.State;
import dev.brindle.datastore.codec.ResourceCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Read with etcdctl, as others would.
class EtcdStatusTest {

  private static final Reporter NODE = new Reporter("", "n1");
  private static final String HOST = "/calico/felix/v2/no-region/host/n1/";

  @Test
  void anAgentThatLivesIsForgottenByItself(@TempDir Path directory) {
    try (EtcdServer etcd = EtcdServer.start(directory);
        EtcdDatastore store = EtcdDatastore.open(etcd.settings())) {
      StatusReports reports = store.statusReports().orElseThrow();
      Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
      reports.say(NODE, new Life(now, Duration.ofMillis(1500), true), Duration.ofMinutes(10));
      String said = "{\"time\":\"2026-01-02T03:04:05Z\",\"uptime\":1.5,\"first_update\":true}";

      assertThat(etcd.etcdctl("get", "--prefix", HOST).lines())
          .containsExactly(HOST + "last_reported_status", said, HOST + "status", said);
      String lease = etcd.etcdctl("lease", "list").lines().skip(1).findFirst().orElseThrow();
      assertThat(etcd.etcdctl("lease", "timetolive", lease, "--keys"))
          .contains("granted with TTL(600s)", "attached keys([" + HOST + "status])");

      var region = new Reporter("Paris", "n1");
      reports.say(region, new Life(now, Duration.ZERO, false), Duration.ofMillis(1900));
      String there = "/calico/felix/v2/region-Paris/host/n1/";
      while (!etcd.etcdctl("get", "--keys-only", there + "status").isEmpty()) {
        LockSupport.parkNanos(10_000_000);
      }
      assertThat(etcd.etcdctl("get", "--print-value-only", there + "last_reported_status"))
          .contains("\"first_update\":false");
    }
  }

  @Test
  void endpointsOfOneNodeAndNoOther(@TempDir Path directory) {
    Resource pod =
        ResourceCodec.read(
                """
            kind: WorkloadEndpoint
            apiVersion: projectcalico.org/v3
            metadata: {name: n1-k8s-p1-eth0, namespace: default}
            spec: {node: n1, orchestrator: k8s, pod: p1, endpoint: eth0, interfaceName: cali1}
            """)
            .getFirst();
    Resource vm =
        ResourceCodec.read(
                """
            kind: WorkloadEndpoint
            apiVersion: projectcalico.org/v3
            metadata: {name: n1-openstack-w-p, namespace: openstack}
            spec: {node: n1, orchestrator: openstack, workload: a/b%c, endpoint: p, interfaceName: t}
            """)
            .getFirst();
    Resource host =
        ResourceCodec.read(
                """
            kind: HostEndpoint
            apiVersion: projectcalico.org/v3
            metadata: {name: h}
            spec: {node: n1, interfaceName: eth0}
            """)
            .getFirst();
    try (EtcdServer etcd = EtcdServer.start(directory);
        EtcdDatastore store = EtcdDatastore.open(etcd.settings())) {
      StatusReports reports = store.statusReports().orElseThrow();
      reports.say(new Reporter("", "n10"), Map.of(pod, State.UP));
      reports.say(NODE, Map.of(pod, State.UP, vm, State.DOWN, host, State.ERROR));

      assertThat(etcd.etcdctl("get", "--prefix", "/calico/felix/").lines())
          .containsExactly(
              "/calico/felix/v1/host/n1/endpoint/h",
              "{\"status\":\"error\"}",
              HOST + "workload/k8s/default%2fp1/endpoint/eth0",
              "{\"status\":\"up\"}",
              HOST + "workload/openstack/a%2fb%25c/endpoint/p",
              "{\"status\":\"down\"}",
              "/calico/felix/v2/no-region/host/n10/workload/k8s/default%2fp1/endpoint/eth0",
              "{\"status\":\"up\"}");

      String before = etcd.revision();
      reports.say(NODE, Map.of(pod, State.UP, vm, State.DOWN, host, State.ERROR));
      assertThat(etcd.revision()).isEqualTo(before);
      reports.say(NODE, Map.of(vm, State.UP));
      assertThat(etcd.etcdctl("get", "--prefix", HOST).lines())
          .containsExactly(HOST + "workload/openstack/a%2fb%25c/endpoint/p", "{\"status\":\"up\"}");
      // resources they are not
      assertThat(store.list(ResourceKind.WORKLOAD_ENDPOINT)).isEmpty();
    }
  }
}
