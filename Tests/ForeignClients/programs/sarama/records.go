package main

import (
	"encoding/json"
	"time"

	"github.com/Shopify/sarama"
)

// record is one on its way in or out. Bytes are base64 in JSON, their absence null.
type record struct {
	Key       []byte   `json:"key"`
	Value     []byte   `json:"value"`
	Partition int32    `json:"partition"`
	Offset    int64    `json:"offset"`
	Timestamp *int64   `json:"timestamp"`
	Headers   []header `json:"headers"`
}

// header is a pair of name and value in JSON.
type header sarama.RecordHeader

func (h header) MarshalJSON() ([]byte, error) {
	return json.Marshal([]interface{}{string(h.Key), h.Value})
}

func (h *header) UnmarshalJSON(data []byte) error {
	var name string
	pair := [2]interface{}{&name, &h.Value}
	err := json.Unmarshal(data, &pair)
	h.Key = []byte(name)
	return err
}

func milliseconds(t time.Time) int64 { return t.UnixNano() / int64(time.Millisecond) }

func describe(message *sarama.ConsumerMessage) record {
	timestamp := milliseconds(message.Timestamp)
	described := record{
		Key: message.Key, Value: message.Value, Partition: message.Partition, Offset: message.Offset,
		Timestamp: &timestamp, Headers: []header{},
	}
	for _, one := range message.Headers {
		described.Headers = append(described.Headers, header(*one))
	}
	return described
}

func encoder(data []byte) sarama.Encoder {
	if data == nil {
		return nil
	}
	return sarama.ByteEncoder(data)
}

func (r record) message(topic string) *sarama.ProducerMessage {
	message := &sarama.ProducerMessage{
		Topic: topic, Partition: r.Partition, Key: encoder(r.Key), Value: encoder(r.Value),
	}
	if r.Timestamp != nil {
		message.Timestamp = time.Unix(*r.Timestamp/1000, *r.Timestamp%1000*int64(time.Millisecond))
	}
	for _, one := range r.Headers {
		message.Headers = append(message.Headers, sarama.RecordHeader(one))
	}
	return message
}

var codecs = map[string]sarama.CompressionCodec{
	"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
	"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD,
}

func producerConfig(a arguments) *sarama.Config {
	config := config()
	config.Producer.Compression = codecs[a.Codec]
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.Flush.Frequency = 20 * time.Millisecond
	config.Producer.Flush.MaxMessages = 1000
	if a.Idempotent {
		config.Producer.Idempotent = true
		config.Net.MaxOpenRequests = 1
		config.Producer.Retry.Max = 600
		config.Producer.Retry.Backoff = 100 * time.Millisecond
		config.Metadata.Retry.Max = 600
		config.Metadata.Retry.Backoff = 100 * time.Millisecond
	}
	return config
}

func (d *driver) produce(a arguments) (interface{}, error) {
	producer, err := sarama.NewSyncProducer([]string{d.address}, producerConfig(a))
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	messages := []*sarama.ProducerMessage{}
	for _, record := range a.Records {
		messages = append(messages, record.message(a.Topic))
	}
	if err := producer.SendMessages(messages); err != nil {
		return nil, err.(sarama.ProducerErrors)[0]
	}
	offsets := []int64{}
	for _, message := range messages {
		offsets = append(offsets, message.Offset)
	}
	return offsets, nil
}

func (d *driver) sendAll(a arguments) (interface{}, error) {
	a.Codec, a.Idempotent = "none", true
	producer, err := sarama.NewAsyncProducer([]string{d.address}, producerConfig(a))
	if err != nil {
		return nil, err
	}
	go func() {
		for _, value := range a.Values {
			producer.Input() <- &sarama.ProducerMessage{Topic: a.Topic, Partition: 0, Value: encoder(value)}
			time.Sleep(500 * time.Microsecond)
		}
		producer.AsyncClose()
	}()
	acknowledged := [][]byte{}
	failures := producer.Errors()
	for successes := producer.Successes(); successes != nil || failures != nil; {
		select {
		case message, open := <-successes:
			if !open {
				successes = nil
			} else {
				value, _ := message.Value.Encode()
				acknowledged = append(acknowledged, value)
			}
		case failure, open := <-failures:
			if !open {
				failures = nil
			} else {
				// Not acknowledged: nobody may count on it.
				sarama.Logger.Println(failure)
			}
		}
	}
	return acknowledged, nil
}

func (d *driver) consume(a arguments) (interface{}, error) {
	config := config()
	config.Consumer.MaxWaitTime = 50 * time.Millisecond
	if a.Committed {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	consumer, err := sarama.NewConsumer([]string{d.address}, config)
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	var partitions []int32
	if err := json.Unmarshal(a.Partitions, &partitions); err != nil {
		return nil, err
	}
	merged := make(chan *sarama.ConsumerMessage)
	done := make(chan struct{})
	defer close(done)
	failures := make(chan error, 1)
	for _, partition := range partitions {
		part, err := consumer.ConsumePartition(a.Topic, partition, sarama.OffsetOldest)
		if err != nil {
			return nil, err
		}
		defer part.AsyncClose()
		go func() {
			for {
				select {
				case message := <-part.Messages():
					select {
					case merged <- message:
					case <-done:
						return
					}
				case failure := <-part.Errors():
					if failure != nil {
						failures <- failure
					}
					return
				case <-done:
					return
				}
			}
		}()
	}
	received := []record{}
	deadline := time.After(time.Duration(a.Seconds) * time.Second)
	for {
		select {
		case message := <-merged:
			received = append(received, describe(message))
			if len(received) == a.Count || a.Last >= 0 && message.Offset >= a.Last {
				return received, nil
			}
		case failure := <-failures:
			return nil, failure
		case <-deadline:
			return received, nil
		}
	}
}

func (d *driver) ends(a arguments) (interface{}, error) {
	first, err := d.client.GetOffset(a.Topic, a.Partition, sarama.OffsetOldest)
	if err != nil {
		return nil, err
	}
	end, err := d.client.GetOffset(a.Topic, a.Partition, sarama.OffsetNewest)
	return []int64{first, end}, err
}

func (d *driver) offsetForTime(a arguments) (interface{}, error) {
	return d.client.GetOffset(a.Topic, a.Partition, a.Timestamp)
}
