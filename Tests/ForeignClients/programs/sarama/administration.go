package main

import (
	"encoding/json"

	"github.com/Shopify/sarama"
)

func (d *driver) createTopic(a arguments) (interface{}, error) {
	detail := &sarama.TopicDetail{ReplicationFactor: 1, ConfigEntries: map[string]*string{}}
	if err := json.Unmarshal(a.Partitions, &detail.NumPartitions); err != nil {
		return nil, err
	}
	for name := range a.Configs {
		value := a.Configs[name]
		detail.ConfigEntries[name] = &value
	}
	return true, d.admin.CreateTopic(a.Topic, detail, false)
}

func (d *driver) deleteTopic(a arguments) (interface{}, error) {
	return true, d.admin.DeleteTopic(a.Topic)
}

func (d *driver) topics(arguments) (interface{}, error) {
	details, err := d.admin.ListTopics()
	counts := map[string]int32{}
	for name, detail := range details {
		counts[name] = detail.NumPartitions
	}
	return counts, err
}

func (d *driver) configs(a arguments) (interface{}, error) {
	entries, err := d.admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: a.Topic})
	values := map[string]string{}
	for _, entry := range entries {
		values[entry.Name] = entry.Value
	}
	return values, err
}

func (d *driver) setConfig(a arguments) (interface{}, error) {
	return true, d.admin.AlterConfig(sarama.TopicResource, a.Topic, map[string]*string{a.Key: &a.Value}, false)
}

func (d *driver) setPartitions(a arguments) (interface{}, error) {
	return true, d.admin.CreatePartitions(a.Topic, int32(a.Count), nil, false)
}

func (d *driver) deleteRecords(a arguments) (interface{}, error) {
	if err := d.admin.DeleteRecords(a.Topic, map[int32]int64{a.Partition: a.Offset}); err != nil {
		return nil, err
	}
	// sarama does not tell the low watermark.
	return d.client.GetOffset(a.Topic, a.Partition, sarama.OffsetOldest)
}
