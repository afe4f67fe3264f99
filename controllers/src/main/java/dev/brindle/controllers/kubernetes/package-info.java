// SPDX-License-Identifier: Apache-2.0
/// What Calico's nodes have from those of Kubernetes, where Calico's are elsewhere. No I/O.
@NullMarked
package dev.brindle.controllers.kubernetes;

import org.jspecify.annotations.NullMarked;
