package main

import (
	"context"
	"sync"
	"time"

	"github.com/Shopify/sarama"
)

// member is one of a consumer group. What it hands out is marked, and committed every 100 ms and on leaving.
type member struct {
	group  sarama.ConsumerGroup
	cancel context.CancelFunc
	done   chan struct{}

	mutex    sync.Mutex
	received []record
	assigned []int32
}

func (m *member) Setup(session sarama.ConsumerGroupSession) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.assigned = []int32{}
	for _, partitions := range session.Claims() {
		m.assigned = append(m.assigned, partitions...)
	}
	return nil
}

func (m *member) Cleanup(sarama.ConsumerGroupSession) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.assigned = []int32{}
	return nil
}

func (m *member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		m.mutex.Lock()
		m.received = append(m.received, describe(message))
		m.mutex.Unlock()
		session.MarkMessage(message, "")
	}
	return nil
}

func (d *driver) join(a arguments) (interface{}, error) {
	config := config()
	config.Consumer.Return.Errors = false
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.CommitInterval = 100 * time.Millisecond
	// Without a retention it would send a version of OffsetCommit that Apache Kafka 4 has given up.
	config.Consumer.Offsets.Retention = 24 * time.Hour
	config.Consumer.Group.Session.Timeout = 6 * time.Second
	config.Consumer.Group.Heartbeat.Interval = 200 * time.Millisecond
	config.Consumer.MaxWaitTime = 50 * time.Millisecond
	config.Metadata.RefreshFrequency = 500 * time.Millisecond
	group, err := sarama.NewConsumerGroup([]string{d.address}, a.Group, config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	m := &member{group: group, cancel: cancel, done: make(chan struct{}), assigned: []int32{}}
	go func() {
		defer close(m.done)
		for ctx.Err() == nil {
			if err := group.Consume(ctx, a.Topics, m); err != nil {
				sarama.Logger.Println(err)
				time.Sleep(100 * time.Millisecond)
			}
		}
	}()
	d.members[a.ID] = m
	return true, nil
}

func (d *driver) poll(a arguments) (interface{}, error) {
	m := d.members[a.ID]
	m.mutex.Lock()
	defer m.mutex.Unlock()
	received := m.received
	m.received = nil
	if received == nil {
		received = []record{}
	}
	return received, nil
}

func (d *driver) assignment(a arguments) (interface{}, error) {
	m := d.members[a.ID]
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.assigned, nil
}

func (d *driver) leave(a arguments) (interface{}, error) {
	m := d.members[a.ID]
	delete(d.members, a.ID)
	m.cancel()
	<-m.done
	return true, m.group.Close()
}
